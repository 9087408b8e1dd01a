# Makes the models again from the data. Python lives in a virtual environment outside the tree.
#   make models ATTUNE_DATA=../shared/data
ATTUNE_DATA ?= ../shared/data
MODELS_VENV ?= $(HOME)/.cache/attune-venv
MODELS_WORK ?= $(HOME)/.cache/attune-models
MODELS_PY   := PYTHONDONTWRITEBYTECODE=1 $(MODELS_VENV)/bin/python

.PHONY: models
models: $(MODELS_VENV)/.installed ## train the text models and embed them (half an hour on 2 cores; needs ATTUNE_DATA)
	mkdir -p $(MODELS_WORK)
	test -s models/text/vocab.txt || $(MODELS_PY) models/train/vocab.py --data $(ATTUNE_DATA) --out models/text/vocab.txt
	$(MODELS_PY) models/train/linear.py --data $(ATTUNE_DATA) --out $(MODELS_WORK)/linear.npz
	$(MODELS_PY) models/train/soft_labels.py --data $(ATTUNE_DATA) --out $(MODELS_WORK)/soft.npz
	$(MODELS_PY) models/train/student.py --data $(ATTUNE_DATA) --soft $(MODELS_WORK)/soft.npz --vocab models/text/vocab.txt --d 96 --out $(MODELS_WORK)/student.pt
	$(MODELS_PY) models/train/export.py --data $(ATTUNE_DATA) --linear $(MODELS_WORK)/linear.npz --student $(MODELS_WORK)/student.pt --out models/text
	$(MODELS_PY) models/train/tokens.py --data $(ATTUNE_DATA) --out models/text
	go test ./models/text/...

$(MODELS_VENV)/.installed: models/train/requirements.txt
	python3 -m venv $(MODELS_VENV)
	$(MODELS_VENV)/bin/pip install -q -r $<
	touch $@
