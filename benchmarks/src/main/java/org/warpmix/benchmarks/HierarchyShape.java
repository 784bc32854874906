package org.warpmix.benchmarks;

import java.util.Arrays;
import org.warpmix.random.Variates;

/**
 * Random data of three levels, of any number of rows: pupils in classes in schools, made school by school in memory that does
 * not grow.
 *
 * <p>{@code score = 50 + 2 x + school + class + error} with normal effects of standard deviations 3, 2 and 5 and a standard
 * normal x; a school has 1 to 7 classes of 15 to 35 pupils, equally likely, so about 100 rows. A school's rows depend on the
 * seed and its number alone; the last school ends where the rows do.
 */
public final class HierarchyShape {

    /** Takes a school's rows: {@code school, class, x, score}, of which the first {@code rows} count; not to be kept. */
    @FunctionalInterface
    public interface Rows<E extends Exception> {
        void take(double[][] columns, int rows) throws E;
    }

    /** The columns' names. Classes are numbered through. */
    static final String[] NAMES = {"school", "class", "x", "score"};

    static final String FORMULA = "score ~ x + (1 | school/class)";

    private static final int MOST_CLASSES = 7;
    private static final int SMALLEST_CLASS = 15;
    private static final int CLASS_SIZES = 21;
    private static final double SCHOOL_DEVIATION = 3;
    private static final double CLASS_DEVIATION = 2;
    private static final double ERROR_DEVIATION = 5;

    private HierarchyShape() {}

    /** Makes rows and hands them over. */
    public static <E extends Exception> void draw(long rows, long seed, Rows<E> consumer) throws E {
        double[][] columns = new double[NAMES.length][MOST_CLASSES * (SMALLEST_CLASS + CLASS_SIZES)];
        Variates variates = new Variates(seed);
        long classes = 0;
        long made = 0;
        for (long school = 0; made < rows; school++) {
            variates.start(school, 0);
            int most = (int) Math.min(columns[0].length, rows - made);
            double schoolEffect = SCHOOL_DEVIATION * variates.normal();
            int count = 0;
            for (int left = 1 + variates.below(MOST_CLASSES); left > 0 && count < most; left--) {
                double level = 50 + schoolEffect + CLASS_DEVIATION * variates.normal();
                int end = Math.min(most, count + SMALLEST_CLASS + variates.below(CLASS_SIZES));
                Arrays.fill(columns[1], count, end, ++classes);
                for (; count < end; count++) {
                    columns[2][count] = variates.normal();
                    columns[3][count] = level + 2 * columns[2][count] + ERROR_DEVIATION * variates.normal();
                }
            }
            Arrays.fill(columns[0], 0, count, school + 1);
            consumer.take(columns, count);
            made += count;
        }
    }
}
