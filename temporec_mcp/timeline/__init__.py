"""Rhythm, interests, changes and anomalies: arrays of times and labels in, findings out."""
