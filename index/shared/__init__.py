"""An index past one machine: vectors and words kept in the catalogue's database, and fed to Milvus from there."""
