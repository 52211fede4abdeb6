"""The nets, the classical models, the blend, the encoder and the checkpoint."""
