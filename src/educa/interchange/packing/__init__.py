"""A course as a package: a Common Cartridge for other systems, and `educa.json` for this one."""
