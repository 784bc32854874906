package org.warpmix.replicate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.warpmix.crossprod.Crossproducts;
import org.warpmix.crossprod.ResponseProducts;

/** Replicate i is the i-th column given. */
class UserResponsesTest {

    private static final FittedModel FIT = Examples.oneFactor(5);
    private static final Crossproducts STATISTICS = FIT.model().statistics();

    private static double[][] columns(int count) {
        Random random = new Random(1);
        double[][] columns = new double[count][];
        for (int c = 0; c < count; c++) {
            columns[c] = random.doubles(FIT.n()).toArray();
        }
        return columns;
    }

    @Test
    void replicatesAreTheColumns() {
        double[][] columns = columns(100);
        UserResponses source = UserResponses.of(STATISTICS, columns);
        assertEquals(100, source.count());
        ResponseProducts products = ResponseProducts.of(STATISTICS);
        ResponseProducts.Reducer one = products.responses();
        int entries = products.layout().size();
        double[][] drawn = Examples.draw(source.drawer(), entries, 100);
        for (int c = 0; c < 100; c++) {
            double[][] expected = new double[entries][1];
            one.put(0, columns[c]);
            one.reduce(1, expected, 0);
            for (int e = 0; e < entries; e++) {
                assertEquals(expected[e][0], drawn[c][e]);
            }
        }
    }

    private static String refused(double[][] columns) {
        return assertThrows(IllegalArgumentException.class, () -> UserResponses.of(STATISTICS, columns))
                .getMessage();
    }

    @Test
    void whatIsNoResponseIsRefused() {
        assertEquals("No response columns are given: nothing to fit.", refused(new double[0][]));
        assertEquals(
                "Response column 1 has 3 rows, the model uses 20. Give one number for each row used.",
                refused(new double[][] {{1, 2, 3}}));
        double[][] columns = columns(2);
        columns[1][4] = Double.NaN;
        assertTrue(refused(columns).startsWith("Response column 2 is NaN in row 5 of those used."));
    }

    @Test
    void noReplicateAfterTheLast() {
        ReplicateSource.Drawer drawer = UserResponses.of(STATISTICS, columns(2)).drawer();
        double[][] into = new double[ResponseProducts.of(STATISTICS).layout().size()][2];
        assertEquals(
                "Replicate 3 of 2 response columns. Ask for no more.",
                assertThrows(IllegalArgumentException.class, () -> drawer.draw(2, 2, into))
                        .getMessage());
    }
}
