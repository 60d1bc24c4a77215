"""What is published of regions, as a document of tables in Chinese and in English. Pure."""
