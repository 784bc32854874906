package org.warpmix.inference.diagnosis;

/** What an interval around a prediction is to hold. */
public enum PredictionInterval {
    /** The mean. */
    CONFIDENCE,
    /** One further observation: the mean and its residual and, where no random effects are predicted, its random effects. */
    PREDICTION
}
