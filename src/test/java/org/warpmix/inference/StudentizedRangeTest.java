package org.warpmix.inference;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.apache.commons.statistics.distribution.TDistribution;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StudentizedRangeTest {

    /** The range of two is √2 |t|: exact, down to the smallest probabilities. */
    @ParameterizedTest
    @CsvSource({
        "0.01, 1",
        "1, 1",
        "12, 1",
        "4000, 1",
        "0.5, 2.5",
        "30, 2.5",
        "3, 7",
        "25, 7",
        "2, 40",
        "14, 40",
        "9, 1000",
        "30, 1e6"
    })
    void ofTwoIsStudents(double t, double degrees) {
        double expected = 2 * TDistribution.of(degrees).survivalProbability(t);
        assertEquals(expected, StudentizedRange.survival(Math.sqrt(2) * t, 2, degrees), 1e-9 * expected);
    }

    /** SciPy 1.17.1: {@code scipy.stats.studentized_range.sf(q, k, df)}; R's ptukey agrees with it to 5e-7 relative. */
    @ParameterizedTest
    @CsvSource({
        "4.602, 3, 5, 0.04998963459075",
        "3.877, 3, 10, 0.04998708875325",
        "6.995, 10, 5, 0.04999149676053",
        "5.599, 10, 10, 0.04996887291147",
        "7.213, 10, 10, 0.01000337656438",
        "4.232, 5, 20, 0.04998963951404",
        "3.5, 20, 20, 0.611060356797",
        "1.2, 4, 3.7, 0.8305069335327",
        "6, 50, 33.3, 0.07014958001431",
        "8, 6, 15, 0.0005353336065879"
    })
    void scipy(double q, int count, double degrees, double probability) {
        assertEquals(probability, StudentizedRange.survival(q, count, degrees), 1e-10 * probability);
    }

    @Test
    void fallsFromOneToZero() {
        assertEquals(1, StudentizedRange.survival(0, 5, 10));
        double before = 1;
        for (double q = 0.25; q < 20; q += 0.25) {
            double p = StudentizedRange.survival(q, 5, 10);
            assertTrue(p < before, "at " + q);
            before = p;
        }
        assertTrue(StudentizedRange.survival(1e9, 5, 10) < 1e-60);
    }
}
