"""notify: how everybody is told.

Owns rules, templates, messages, prompts, delivery reports, received texts and opt-outs. Can be asked for the words of
one received text and for the state of a prompt. Announces what became of each message and what people answered.
"""
