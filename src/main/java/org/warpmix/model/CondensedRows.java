package org.warpmix.model;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.warpmix.formula.Expression.Name;
import org.warpmix.formula.Formula;
import org.warpmix.table.Factors;
import org.warpmix.table.LevelDictionary;
import org.warpmix.table.Table;
import org.warpmix.table.TableException;

/**
 * The rows of a model, taken in piece by piece and not kept: what is kept are their cross-products by cell, a cell being the rows
 * that share the levels of all factors of the model, grouping factors among them. So memory grows with the groups (and the
 * combinations of levels that meet) and not with the rows.
 *
 * <p>Within a cell every column of X and Z, and the response, is a constant times one of the numbers {@code v = (1, x…, y)}, so
 * {@code Σ w vv'} by cell is all that the model needs. It is summed in about 31 digits ({@link org.warpmix.linalg.CompensatedGram}), v
 * measured from the first row: neither the origin of a predictor nor collinearity costs digits, and the order of rows, pieces and
 * parts changes the last ones at most. The triangular factor of each cell's products then stands for its rows: at most as many <em>condensed rows</em> as v has entries,
 * of which {@link #design} makes a model as if they were rows.
 *
 * <p>Parts may be taken in on several machines, written, read and merged; the result is that of the whole. An instance serves one
 * thread.
 */
public final class CondensedRows implements Consumer<Table> {

    private static final int MAGIC = 0x574d4352; // WMCR
    private static final int VERSION = 1;

    private final Formula formula;
    private final DesignOptions options;
    private final List<String> columns;
    private Products products; // as soon as a row was used
    private List<LevelDictionary> dictionaries = List.of();
    private Cells cells;
    private double[] centre; // of v
    private long read;
    private long used;

    private CondensedRows(Formula formula, DesignOptions options) {
        this.formula = formula;
        this.options = options;
        this.columns = Design.usedColumns(formula, options);
        Products.check(formula);
    }

    /**
     * Without rows as yet.
     *
     * @throws DesignException where the formula needs all rows before the first: {@code scale}, {@code poly} unless raw, {@code within},
     *     {@code between}
     */
    public static CondensedRows of(Formula formula, DesignOptions options) {
        return new CondensedRows(formula, options);
    }

    /** The formula. */
    public Formula formula() {
        return formula;
    }

    /** Contrasts, weights and offset. */
    public DesignOptions options() {
        return options;
    }

    /** Names of the columns that pieces must have; others are not looked at. */
    public List<String> columns() {
        return List.copyOf(columns);
    }

    /** Number of rows so far. */
    public long read() {
        return read;
    }

    /** Number of rows so far that the model uses. */
    public long used() {
        return used;
    }

    /** Number of combinations of levels so far: what memory grows with. */
    public int cells() {
        return cells == null ? 0 : cells.cells();
    }

    /**
     * Takes in a further piece of the table.
     *
     * @throws IllegalArgumentException as {@link Design#of} would, and where a column is a factor here and was numbers before; what
     *     came before is then of no use either
     */
    @Override
    public void accept(Table piece) {
        Frame frame = Frame.piece(piece, columns, options.weights(), read);
        read += piece.rows();
        if (frame.n() == 0) {
            return;
        }
        Evaluator evaluator = new Evaluator(frame, new Learned(frame));
        settle(Products.of(formula, frame));
        double[][] numbers = numbers(evaluator);
        if (centre == null) {
            centre = middle(numbers);
        }
        double[] weights = options.weights() == null ? null : evaluator.numbers(new Name(options.weights(), 0));
        int[][] codes = new int[dictionaries.size()][];
        Arrays.setAll(
                codes,
                f -> dictionaries.get(f).codes(frame.column(dictionaries.get(f).name())));
        double[] row = new double[numbers.length];
        int[] key = new int[codes.length];
        for (int i = 0; i < frame.n(); i++) {
            for (int f = 0; f < key.length; f++) {
                key[f] = codes[f][i];
            }
            double root = weights == null ? 1 : Math.sqrt(weights[i]);
            row[0] = root;
            for (int k = 1; k < row.length; k++) {
                row[k] = (numbers[k][i] - centre[k]) * root;
            }
            cells.addRow(cells.cell(key), row, weights == null ? 0 : Math.log(weights[i]));
        }
        used += frame.n();
    }

    /** Learns from a piece what the columns are and where they lie; false if the model uses no row of it. */
    boolean begin(Table piece) {
        Frame frame = Frame.piece(piece, columns, options.weights(), 0);
        if (frame.n() == 0) {
            return false;
        }
        settle(Products.of(formula, frame));
        centre = middle(numbers(new Evaluator(frame, new Learned(frame))));
        return true;
    }

    /** The median of each column, which is a value of it: of a constant one the constant itself. */
    private static double[] middle(double[][] numbers) {
        double[] middle = new double[numbers.length];
        for (int k = 1; k < middle.length; k++) {
            double[] sorted = numbers[k].clone();
            Arrays.sort(sorted);
            middle[k] = sorted[sorted.length / 2];
        }
        return middle;
    }

    /** Adds to a cell rows of v less the centre that stand for a number of others. */
    void add(int[] key, long count, double logWeight, double[] rows, int number) {
        cells.addRows(cells.cell(key), count, logWeight, rows, number);
        used += count;
    }

    /** The columns of X, and the response at last, measured from the centre, on condensed rows of some other cells. */
    double[][] fixedColumns(Cells of, int[] factors) {
        double[] none = new double[centre.length];
        CondensedFrame some =
                condense(of, Arrays.stream(factors).mapToObj(dictionaries::get).toList(), none);
        Evaluator evaluator = new Evaluator(Frame.of(some), null);
        ModelMatrix.Variables variables = new ModelMatrix.Variables(evaluator, options, some);
        List<double[]> columns = new ArrayList<>(
                List.of(ModelMatrix.of(formula.fixed(), variables).columns(variables)));
        columns.add(some.response());
        return columns.toArray(new double[0][]);
    }

    /** What v is measured from. */
    double[] centre() {
        return centre;
    }

    void setRead(long rows) {
        read = rows;
    }

    Products products() {
        return products;
    }

    List<LevelDictionary> dictionaries() {
        return dictionaries;
    }

    /** Columns that are factors, in the order of the dictionaries. */
    List<String> factors() {
        return dictionaries.stream().map(LevelDictionary::name).toList();
    }

    /** The numbers v of each row by columns; the first of them, the ones, is left out. */
    private double[][] numbers(Evaluator evaluator) {
        List<double[]> numbers = new ArrayList<>();
        numbers.add(null);
        numbers.addAll(products.values(evaluator));
        double[] response = Design.responseOf(formula, evaluator);
        double[] offset = Design.offsetOf(formula, options, evaluator);
        if (offset != null) {
            double[] plain = response;
            response = new double[plain.length];
            Arrays.setAll(response, i -> plain[i] - offset[i]);
        }
        numbers.add(response);
        return numbers.toArray(new double[0][]);
    }

    private void settle(Products now) {
        if (products == null) {
            products = now;
            dictionaries = now.factors().stream().map(LevelDictionary::new).toList();
            cells = new Cells(dictionaries.size(), now.names().size() + 2);
        } else if (!products.isSame(now)) {
            List<String> changed = new ArrayList<>(products.numbers());
            changed.removeAll(now.numbers());
            if (changed.isEmpty()) {
                changed.addAll(now.numbers());
                changed.removeAll(products.numbers());
            }
            throw new DesignException("The column " + String.join(", ", changed)
                    + " holds numbers in one piece of the table and is a factor in another. Give all pieces the same"
                    + " type; factor(" + changed.get(0) + ") in the formula makes a factor of either.");
        }
    }

    /**
     * Takes in what another instance has, which stays as it is.
     *
     * @throws DesignException if it is of another model
     */
    public void merge(CondensedRows other) {
        if (!other.formula.equals(formula) || !other.options.equals(options)) {
            throw new DesignException(
                    "Rows of one model, " + formula + ", cannot be joined with those of another, " + other.formula
                            + (other.formula.equals(formula) ? " with other weights, offset or contrasts." : "."));
        }
        read += other.read;
        used += other.used;
        if (other.products == null) {
            return;
        }
        settle(other.products);
        centre = centre == null ? other.centre : centre;
        int[][] codes = new int[dictionaries.size()][];
        Arrays.setAll(codes, f -> dictionaries.get(f).merge(other.dictionaries.get(f)));
        double[] shift = new double[centre.length];
        Arrays.setAll(shift, k -> other.centre[k] - centre[k]);
        cells.merge(other.cells, codes, shift);
    }

    /**
     * The model of the rows so far: its {@link ModelData} holds {@link Condensed} rows.
     *
     * @throws DesignException as {@link Design#of}
     */
    public Design design() {
        if (used == 0) {
            throw new DesignException(
                    read == 0
                            ? "The table has no rows."
                            : "Each of the " + read + " rows has "
                                    + (options.weights() == null ? "" : "weight zero or ")
                                    + "a missing value in something that the model uses.");
        }
        if (used > Integer.MAX_VALUE - 8) {
            throw new DesignException(used + " rows are used, and at most " + (Integer.MAX_VALUE - 8)
                    + " can be counted. Aggregate them first.");
        }
        checkResponse();
        return Design.of(formula, options, condense(cells, dictionaries, centre));
    }

    private CondensedFrame condense(Cells of, List<LevelDictionary> factors, double[] from) {
        int dropped = (int) Math.min(Integer.MAX_VALUE, read - used);
        return CondensedFrame.of(of, factors, from, products, formula.fixed().intercept(), (int) used, dropped);
    }

    /** A response that is its centre throughout is constant; one with an offset is not known by itself. */
    private void checkResponse() {
        boolean offset = options.offset() != null || !formula.fixed().offsets().isEmpty();
        if (!offset && cells.isZero(cells.width() - 1)) {
            throw Design.constant(formula, " is " + Factors.label(centre[centre.length - 1]), (int) used);
        }
    }

    /** Writes all that was taken in, for {@link #readFrom}; the stream is flushed, not closed. */
    public void writeTo(OutputStream stream) throws IOException {
        DataOutputStream out = new DataOutputStream(new BufferedOutputStream(stream, 1 << 16));
        out.writeInt(MAGIC);
        out.writeInt(VERSION);
        out.writeUTF(identity());
        out.writeLong(read);
        out.writeLong(used);
        out.writeBoolean(products != null);
        if (products != null) {
            out.writeInt(products.numbers().size());
            for (String name : products.numbers()) {
                out.writeUTF(name);
            }
            for (LevelDictionary dictionary : dictionaries) {
                dictionary.writeTo(out);
            }
            for (double number : centre) {
                out.writeDouble(number);
            }
            cells.writeTo(out);
        }
        out.flush();
    }

    /**
     * Reads what {@link #writeTo} wrote.
     *
     * @throws TableException if it is something else, damaged, or of another model
     */
    public static CondensedRows readFrom(InputStream stream, Formula formula, DesignOptions options)
            throws IOException {
        DataInputStream in = new DataInputStream(new BufferedInputStream(stream, 1 << 16));
        CondensedRows rows = new CondensedRows(formula, options);
        try {
            if (in.readInt() != MAGIC || in.readInt() != VERSION) {
                throw new TableException("No condensed rows of this version of Warpmix. Condense the data again.");
            }
            String identity = in.readUTF();
            if (!identity.equals(rows.identity())) {
                throw new TableException("Condensed rows of another model: " + identity + ", expected "
                        + rows.identity() + ". Condense the data for this one.");
            }
            rows.read = in.readLong();
            rows.used = in.readLong();
            if (in.readBoolean()) {
                List<String> numbers = new ArrayList<>();
                for (int left = in.readInt(); left > 0; left--) {
                    numbers.add(in.readUTF());
                }
                rows.settle(Products.of(formula, Frame.ofKinds(numbers)));
                List<LevelDictionary> dictionaries = new ArrayList<>();
                for (int f = 0; f < rows.products.factors().size(); f++) {
                    dictionaries.add(LevelDictionary.readFrom(in));
                }
                rows.dictionaries = dictionaries;
                rows.centre = new double[rows.cells.width()];
                for (int k = 0; k < rows.centre.length; k++) {
                    rows.centre[k] = in.readDouble();
                }
                rows.cells = Cells.readFrom(in);
            }
        } catch (EOFException e) {
            throw new TableException("The condensed rows are cut short. Write them again.", e);
        }
        return rows;
    }

    private String identity() {
        return formula
                + (options.weights() == null ? "" : ", weights " + options.weights())
                + (options.offset() == null ? "" : ", offset " + options.offset())
                + (options.contrasts().isEmpty() ? "" : ", contrasts " + new TreeMap<>(options.contrasts()));
    }
}
