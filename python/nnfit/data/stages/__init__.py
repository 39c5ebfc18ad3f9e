"""The steps that pipelines are made of, one a file. `nnfit.data.Dataset` chains them."""
