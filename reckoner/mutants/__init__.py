"""Mutation run over the models' SQL: change it in one place and see whether a test notices.

``operators`` changes a parsed statement, ``statements`` collects the changes of a model,
``project`` builds with dbt and reads what it compiled, ``warehouse`` runs a mutant and all it
reaches on a copy of the built tables, ``equivalents`` reads the file of mutants that nothing can
tell from the model, ``runs`` puts a run together and ``report`` says what it found.
"""
