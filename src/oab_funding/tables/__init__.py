"""What a table of pupils, sites, scores or grants is; reading and writing them."""
