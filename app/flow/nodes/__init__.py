"""The node kinds, one file each; `app.flow.kinds` finds them."""
