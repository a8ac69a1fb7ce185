"""The least that Django can do: the reference of what is measured over HTTP."""
