"""What only Educa reads of a package: `educa.json`, from which a course comes in again as it was."""
