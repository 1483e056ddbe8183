// Precompiled for the files that compute with torch. ATen alone: no autograd, no torch::nn, no Python.
#pragma once

#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <c10/core/InferenceMode.h>
