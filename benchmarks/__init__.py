"""Measurements that anyone can run again, side by side with what they are held against."""
