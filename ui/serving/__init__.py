"""What stands between the network and the doors: limits, headers, measurements, logs."""
