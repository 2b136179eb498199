"""What can be done about emissions: measures, what each changes, and the saving the estimator finds for it."""
