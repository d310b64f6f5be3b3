"""How Yihu is put on servers: images, compose, and what watches them."""
