"""The database: tables in `models/`, questions and changes in one module per noun, migrations numbered."""
