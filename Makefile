# One word per habit. `./educa run` and `./educa test` need no make.
.PHONY: run test check fix bench docs lock messages assets openapi contract

tools := .venv-dev/bin

run:
	./educa run

test:
	./educa test

check: node_modules ## lint, format, types, import contracts, migrations, templates, spelling, production settings
	./educa test tests/test_house.py -q
	npx biome ci .

node_modules: package-lock.json
	npm ci --silent

fix: $(tools)
	$(tools)/ruff check --fix .
	$(tools)/ruff format .
	git ls-files '*.py' | xargs $(tools)/django-upgrade --target-version 5.2
	git ls-files 'src/*/templates/*.html' | xargs $(tools)/djade --target-version 5.2

bench: $(tools)
	PYTHONPATH=src $(tools)/python -m bench

docs: ## the documents say what the code does
	./educa test tests/test_docs.py -q

lock:
	uv pip compile --universal --generate-hashes --no-header --python-version 3.11 pyproject.toml -o requirements.lock
	uv pip compile --universal --generate-hashes --no-header --python-version 3.11 --extra production -c requirements.lock pyproject.toml -o requirements-production.lock
	uv pip compile --universal --generate-hashes --no-header --python-version 3.11 --group dev -c requirements.lock pyproject.toml -o requirements-dev.lock
	echo uv | uv pip compile --universal --generate-hashes --no-header --no-annotate --python-version 3.11 - -o requirements-boot.lock

messages: $(tools)
	PYTHONPATH=src $(tools)/python -m tools.messages

assets: $(tools)
	PYTHONPATH=src $(tools)/python tools/assets.py css

openapi: $(tools) ## the description of the API, after a change to it
	PYTHONPATH=src $(tools)/python tools/openapi.py

contract: ## 10,000 made-up requests to the API; says how many there were, and how many did something
	EDUCA_TEST_CASES=10000 ./educa test tests/contract/test_contract.py -q

$(tools):
	./educa test --version
