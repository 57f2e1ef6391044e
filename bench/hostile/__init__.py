"""Documents that an attacker might put into a folder, made anew for each run; every sentence was written for this."""
