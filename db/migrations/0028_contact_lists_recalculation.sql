-- A recalculation's pages leave no half-done state behind: what came and went is read from the members.
alter table contact_lists drop column recalculation;
