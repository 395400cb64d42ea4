"""Order, tranches, lots and what stands frozen: how held money follows the goods. Knows nothing of claims."""
