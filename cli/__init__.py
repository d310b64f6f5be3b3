"""The commands of `./yihu`, a file each. They start the services as processes and import none of them."""
