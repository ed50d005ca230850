"""Whole ways through the house, gone by people in a real browser before started servers."""
