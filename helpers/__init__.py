"""What the lessons are made of: pictures, models, training, figures, widgets and checks."""
