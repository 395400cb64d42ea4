"""Who takes part: people, organisations, their members, keys and beneficiaries, and the installation itself.

Other rooms reach a party only through the gates in `access`.
"""
