"""Effects by re-scoring, facts to sentences, and sentences held against facts."""
