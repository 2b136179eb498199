"""What-if: change inputs, estimate again with the same estimator."""
