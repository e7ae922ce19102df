/* Shapley values of support vector machines. */
#ifndef MLCI_SVM_SHAP_H
#define MLCI_SVM_SHAP_H

#include "descriptor.h"

extern const mlci_explainer mlci_svm_explainer;

#endif
