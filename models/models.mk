# Makes the models again from the data. Python lives in a virtual environment outside the tree.
#   make models ATTUNE_DATA=../shared/data
ATTUNE_DATA ?= ../shared/data
MODELS_VENV ?= $(HOME)/.cache/attune-venv
MODELS_WORK ?= $(HOME)/.cache/attune-models
MODELS_PY   := $(MODELS_VENV)/bin/python

.PHONY: models
models: $(MODELS_VENV)/.installed ## train the text models and embed them (minutes; needs ATTUNE_DATA)
	mkdir -p $(MODELS_WORK)
	$(MODELS_PY) models/train/linear.py --data $(ATTUNE_DATA) --out $(MODELS_WORK)/linear.npz
	$(MODELS_PY) models/train/export.py --data $(ATTUNE_DATA) --linear $(MODELS_WORK)/linear.npz --out models/text
	go test ./models/...

$(MODELS_VENV)/.installed: models/train/requirements.txt
	python3 -m venv $(MODELS_VENV)
	$(MODELS_VENV)/bin/pip install -q -r $<
	touch $@
