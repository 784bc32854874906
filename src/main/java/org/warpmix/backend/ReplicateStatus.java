package org.warpmix.backend;

/** How the fit of one replicate ended. */
public enum ReplicateStatus {
    /** The search met its tolerance at a minimum; singular or not. */
    CONVERGED(0),
    /** The search ended without meeting its tolerance; the estimates are the best found. */
    NOT_CONVERGED(1),
    /** There are no estimates: the criterion has no value, such as where X loses rank or the response is constant. */
    FAILED(2);

    private final int code;

    ReplicateStatus(int code) {
        this.code = code;
    }

    /** The number that stands for it in files. */
    public int code() {
        return code;
    }

    /** What a number of {@link #code} stands for. */
    public static ReplicateStatus ofCode(int code) {
        for (ReplicateStatus status : values()) {
            if (status.code == code) {
                return status;
            }
        }
        throw new IllegalArgumentException("No ending of a replicate has the number " + code + ".");
    }
}
