-- Gives: the model that serves, if one does
-- Out: record VARCHAR the whole record as JSON
-- Out: is_active BOOLEAN true
SELECT record, is_active FROM models WHERE is_active
