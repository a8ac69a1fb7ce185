"""The hostile and the unlucky: whatever is thrown at an address, nothing breaks, leaks or changes."""
