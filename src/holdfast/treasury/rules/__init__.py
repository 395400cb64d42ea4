"""What the treasury decides and proves, pure: liabilities as a tree, the close as a document, manual entries."""
