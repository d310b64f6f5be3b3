"""The SMS gateway and its phones: an Aliyun Dysmsapi account, the carrier behind it and the handsets, in one process.

It stands outside the product, as a provider does: it imports nothing of ours and nothing of ours imports it.
"""
