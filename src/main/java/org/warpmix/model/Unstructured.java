package org.warpmix.model;

/**
 * The general positive semi-definite covariance: theta is the lower triangle of Λ, column by column.
 *
 * @param columns number of random-effect columns q; theta has q(q+1)/2 entries
 */
public record Unstructured(int columns) implements Covariance {

    @Override
    public int thetaCount() {
        return columns * (columns + 1) / 2;
    }

    @Override
    public void lambda(double[] theta, int offset, double[] lambda) {
        int next = offset;
        for (int j = 0; j < columns; j++) {
            for (int i = 0; i < j; i++) {
                lambda[i + j * columns] = 0;
            }
            for (int i = j; i < columns; i++) {
                lambda[i + j * columns] = theta[next++];
            }
        }
    }

    @Override
    public void pullBack(double[] theta, int offset, double[] dLambda, double[] gradient) {
        int next = offset;
        for (int j = 0; j < columns; j++) {
            for (int i = j; i < columns; i++) {
                gradient[next++] += dLambda[i + j * columns];
            }
        }
    }

    @Override
    public void theta(double[] lambda, double[] theta, int offset) {
        int next = offset;
        for (int j = 0; j < columns; j++) {
            for (int i = j; i < columns; i++) {
                theta[next++] = lambda[i + j * columns];
            }
        }
    }

    @Override
    public boolean basisFree() {
        return true;
    }
}
