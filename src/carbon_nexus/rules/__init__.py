"""What is watched and how: rules as data, each with its matcher, policy and terms."""
