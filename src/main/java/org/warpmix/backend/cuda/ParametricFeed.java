package org.warpmix.backend.cuda;

import java.util.Map;
import org.warpmix.crossprod.GroupClasses;
import org.warpmix.crossprod.LevelProducts;
import org.warpmix.crossprod.ResponseLayout;
import org.warpmix.replicate.LevelNoise;
import org.warpmix.replicate.ParametricStatistics;
import org.warpmix.replicate.SummedNoise;

/** The parametric bootstrap drawn on the device, see {@code draw.cu}. */
final class ParametricFeed implements StatisticsFeed {

    private static final int THREADS = 128;
    private static final int CLASS_INTS = 7;

    private final ParametricStatistics source;
    private final Stream stream;
    private final ResponseLayout layout;
    private final int classCount;
    private final DeviceArray classes;
    private final DeviceArray tables;
    private final DeviceArray fixed;
    private final Kernel kernel;

    ParametricFeed(Device device, Stream stream, ParametricStatistics source, GroupedModel model) {
        this.source = source;
        this.stream = stream;
        this.layout = ResponseLayout.of(source.model().statistics());
        this.classCount = source.levels().length;
        int[] rows = new int[CLASS_INTS * classCount];
        this.tables = device.doubles(tables(rows));
        this.classes = device.ints(rows);
        this.fixed = device.doubles(fixed());
        Map<String, String> macros = model.sizes();
        int most = mostVariates();
        macros.put("WM_VARIATES", Integer.toString(Math.max(2, Integer.highestOneBit(2 * most - 1)))); // few programs
        this.kernel = device.program("draw.cu", macros).kernel("drawParametric");
    }

    @Override
    public int entries() {
        return layout.yy() + 1;
    }

    @Override
    public int shiftEntry() {
        return -1;
    }

    @Override
    public void reserve(int count) {
        // it works in the statistics alone
    }

    @Override
    public void fill(long first, int count, DeviceArray statistics, long entryStride, long replicateStride) {
        drawParametric(first, count, statistics, entryStride, replicateStride);
    }

    private void drawParametric(long first, int count, DeviceArray statistics, long entryStride, long replicateStride) {
        double sigma = source.model().sigma();
        double[] gamma = source.model().gamma();
        kernel.launch(
                stream,
                (count + THREADS - 1) / THREADS,
                THREADS,
                0,
                statistics,
                entryStride,
                replicateStride,
                classes,
                classCount,
                tables,
                fixed,
                gamma.length == 0 ? 0 : source.outside().length / gamma.length,
                source.residual(),
                sigma * sigma,
                layout.xy(),
                source.seed(),
                first,
                count);
    }

    @Override
    public void close() {
        classes.close();
        tables.close();
        fixed.close();
    }

    private int mostVariates() {
        int most = 1;
        for (SummedNoise sum : source.sums()) {
            most = sum == null ? most : Math.max(most, sum.yy().length);
        }
        return most;
    }

    /**
     * The numbers of all classes, one after the other.
     *
     * @param rows what each class is; filled
     */
    private double[] tables(int[] rows) {
        GroupClasses groups = source.model().statistics().classes();
        Numbers numbers = new Numbers();
        for (int c = 0; c < classCount; c++) {
            LevelNoise noise = source.levels()[c];
            SummedNoise sum = source.sums()[c];
            int[] row = {
                sum == null ? 0 : 1,
                layout.groupClass(c),
                noise.rank(),
                sum == null ? 0 : sum.rows(),
                sum == null ? 0 : sum.wishart(),
                groups.size(c),
                numbers.size()
            };
            System.arraycopy(row, 0, rows, CLASS_INTS * c, CLASS_INTS);
            if (sum != null) {
                numbers.add(sum.constants());
                for (double[] coefficients : sum.entries()) {
                    numbers.add(coefficients);
                }
                for (double[] coefficients : sum.xy()) {
                    numbers.add(coefficients);
                }
                numbers.add(sum.yy());
            } else {
                numbers.add(noise.f());
                numbers.add(noise.l());
                for (int i = 0; i < groups.size(c); i++) {
                    addLevel(groups.products(), groups.level(c, i), noise, numbers);
                }
            }
        }
        return numbers.toArray();
    }

    /** Means of {@code Z'y} and the negated coefficients of {@code X'y} of one level. */
    private void addLevel(LevelProducts products, int level, LevelNoise noise, Numbers numbers) {
        int q = products.q();
        double[] b = products.b();
        int at = level * q * products.width();
        double[] gamma = source.model().gamma();
        double[] mean = new double[q];
        double[] coefficients = new double[gamma.length * noise.rank()];
        for (int k = 0; k < gamma.length; k++) {
            for (int a = 0; a < q; a++) {
                mean[a] += b[at + a + k * q] * gamma[k];
                for (int v = 0; v < noise.rank(); v++) {
                    coefficients[v + k * noise.rank()] -= b[at + a + k * q] * noise.n()[a + v * q];
                }
            }
        }
        numbers.add(mean);
        numbers.add(coefficients);
    }

    /** σK', the means of {@code X'y}, γ and {@code |Xγ|²}. */
    private double[] fixed() {
        double[] gamma = source.model().gamma();
        double[] ww = source.model().statistics().ww();
        int p = gamma.length;
        Numbers numbers = new Numbers();
        numbers.add(source.outside());
        double[] mean = new double[p];
        double square = 0;
        for (int k = 0; k < p; k++) {
            for (int l = 0; l < p; l++) {
                mean[k] += ww[k + l * (p + 1)] * gamma[l];
            }
            square += gamma[k] * mean[k];
        }
        numbers.add(mean);
        numbers.add(gamma);
        numbers.add(square);
        return numbers.toArray();
    }
}
