-- Gives: a batch of items in their stage
-- Needs: staging/create_items
-- Reads: item_batch, a registered Arrow table with the columns of an item, one row an item
-- In: $batch BIGINT its number
-- Out: Count BIGINT rows added
INSERT INTO item_stage BY NAME SELECT *, $batch::BIGINT AS batch FROM item_batch
