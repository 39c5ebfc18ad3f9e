"""nnfit under other libraries' names: spelling, and nothing that nnfit itself cannot do."""
