"""Our recipe beside published recommenders: the same events, cases, candidates and judge, in processes of their own."""
