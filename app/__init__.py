"""hotline400: Chinese 400 business hotlines on FreeSWITCH."""
