"""Report: from the tables to one HTML file that a newsroom and an auditor can read."""
