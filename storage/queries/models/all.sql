-- Gives: every model, newest first
-- Out: record VARCHAR the whole record as JSON
-- Out: is_active BOOLEAN serves at present
SELECT record, is_active FROM models ORDER BY created_at DESC, model_id DESC
