"""Single sign-on by OpenID Connect: the account library's provider, held to more than it asks for by itself.

`handshake` proves what the provider sent, `entering` says who may come in, `refusing` shows a no. Accounts, sessions
and second factors stay the account library's. No right ever comes from a provider: only who somebody is.
"""
