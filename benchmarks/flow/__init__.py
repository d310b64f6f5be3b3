"""One chain, three ways: complaint -> assigned -> SMS accepted by the gateway -> delivery report."""
