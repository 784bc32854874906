package org.warpmix.backend.cuda;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.warpmix.backend.Backend;
import org.warpmix.backend.Batch;
import org.warpmix.backend.BlockFitter;
import org.warpmix.backend.BlockRunner;
import org.warpmix.backend.lanes.Alone;
import org.warpmix.backend.lanes.LaneCriterion;
import org.warpmix.backend.lanes.LaneFitter;
import org.warpmix.backend.lanes.WarmStart;
import org.warpmix.crossprod.Crossproducts;
import org.warpmix.crossprod.LevelProducts;
import org.warpmix.crossprod.LevelSquares;
import org.warpmix.crossprod.ResponseLayout;
import org.warpmix.likelihood.ProfiledCriterion;
import org.warpmix.replicate.ParametricStatistics;
import org.warpmix.replicate.ReplicateSource;

/**
 * The backend for NVIDIA GPUs. Models with one grouping factor are drawn and fitted there wholly, many replicates at once
 * ({@link GroupedFitter}); of models with several factors the criterion and its gradient are evaluated there for many replicates at
 * a time ({@link CrossedLanes}). All GPUs that are visible share the blocks of a batch; each has two streams or more, so that copying
 * and computing overlap. Estimates agree with those of the other backends within rounding; they are the same bits on any number of
 * devices of one kind.
 *
 * <p>An instance keeps its devices between runs, until it is closed or a device fails; it serves one run at a time.
 */
public final class CudaBackend implements Backend {

    private static final int STREAMS = 2;
    /** Of models with one grouping factor: what the host does for each replicate counts beside what the device does. */
    private static final int MOST_STREAMS = 4;

    private static final int LARGEST_BLOCK = 1 << 18;
    private static final int LARGEST_BLOCK_OF_TEAMS = 1 << 14;
    private static final int LARGEST_BLOCK_OF_LANES = 1 << 11;
    /** Replicates in a block for each lane, so that the lanes are full for most of the time. */
    private static final long LANES_PER_BLOCK = 4;
    /** Doubles that a block takes on the host, so that those under way do not fill the heap. */
    private static final long HOST_DOUBLES = 4L << 20;
    /** Share of the free memory of a device that a run plans with. */
    private static final double MEMORY_SHARE = 0.8;

    private final List<Integer> ordinals;
    private final List<Device> devices = new ArrayList<>();

    /** On all GPUs that are visible. */
    public CudaBackend() {
        this(List.of());
    }

    private CudaBackend(List<Integer> ordinals) {
        this.ordinals = ordinals;
    }

    /** On some of the visible GPUs only. */
    public static CudaBackend on(List<Integer> ordinals) {
        return new CudaBackend(List.copyOf(ordinals));
    }

    /** The cards that it may use. */
    private List<Discovery.Card> cards(Discovery found) {
        return found.cards().stream()
                .filter(card -> card.problem() == null)
                .filter(card -> ordinals.isEmpty() || ordinals.contains(card.ordinal()))
                .toList();
    }

    @Override
    public String name() {
        return !devices.isEmpty() && devices.get(0).emulated() ? "cuda (emulated)" : "cuda";
    }

    /** On one kind of card results are the same bits, whatever the number of cards. */
    @Override
    public String kind() {
        String cards = cards(Discovery.cuda()).stream()
                .map(Discovery.Card::name)
                .distinct()
                .sorted()
                .collect(Collectors.joining(", "));
        return "cuda" + (cards.isEmpty() ? "" : " (" + cards + ")");
    }

    /**
     * Fits replicates.
     *
     * @throws IllegalArgumentException where there is a {@link #refusal}
     * @throws DeviceException where there is no device, or one fails
     */
    @Override
    public synchronized void run(Batch batch, long first, long count, Sink sink) {
        String refusal = refusal(batch);
        if (refusal != null) {
            throw new IllegalArgumentException(refusal + " Use --backend cpu.");
        }
        try {
            open();
            if (batch.statistics().classes() != null) {
                runGrouped(batch, first, count, sink);
            } else {
                runCrossed(batch, first, count, sink);
            }
        } catch (DeviceException e) {
            closeAfter(e);
            throw e;
        }
    }

    /** Why a batch cannot be fitted on a device, in a sentence or two, or {@code null} where it can. */
    public static String refusal(Batch batch) {
        if (batch.source() instanceof ReplicateSource.Designs) {
            return "Each replicate is a design of its own, and the cuda backend fits many responses, or samples of whole"
                    + " groups, of one design.";
        }
        List<LevelProducts> factors = batch.statistics().factors();
        if (factors.isEmpty()) {
            return "The model has no random effects, so there is nothing to search for on a GPU.";
        }
        if (factors.size() == 1) {
            return GroupedModel.refusal(factors.get(0).block());
        }
        return CrossedLanes.suits(batch.statistics())
                ? null
                : "The model's grouping factors are too large, or a level of one has too many columns, for the cuda backend.";
    }

    private void open() {
        if (!devices.isEmpty()) {
            return;
        }
        Discovery found = Discovery.cuda();
        if (found.status() != Discovery.Status.AVAILABLE) {
            throw new DeviceException(found.message());
        }
        for (Discovery.Card card : cards(found)) {
            devices.add(Device.open(card.ordinal()));
        }
        if (devices.isEmpty()) {
            throw new DeviceException("There is no GPU " + ordinals + " among the "
                    + found.cards().size() + " that are visible here.");
        }
    }

    private void runGrouped(Batch batch, long first, long count, Sink sink) {
        GroupedModel model = new GroupedModel(batch);
        boolean drawnHere = !(batch.source() instanceof ParametricStatistics);
        LevelSquares squares = model.copies ? LevelSquares.of(batch.data(), batch.statistics()) : null;
        ResponseLayout layout = ResponseLayout.of(batch.statistics());
        int drawnEntries = model.copies ? squares.logWeights().length : layout.size();
        int threads = batch.options().threads();
        int workers = Math.max(STREAMS, Math.min(MOST_STREAMS, threads)) * devices.size();
        if (drawnHere) {
            workers = Math.max(workers, threads);
        }
        try (GroupedDesigns designs = new GroupedDesigns(devices, model)) {
            long bytes = Long.MAX_VALUE;
            for (Device device : devices) {
                device.makeCurrent();
                bytes = Math.min(bytes, (long) (MEMORY_SHARE * device.freeBytes()));
            }
            int perDevice = (workers + devices.size() - 1) / devices.size();
            long perReplicate =
                    (long) Double.BYTES * (model.entries + layout.size() + drawnEntries + model.estimates());
            long size = Math.min(bytes / perDevice / perReplicate, HOST_DOUBLES / (drawnHere ? drawnEntries : 1));
            size = Math.min(size, model.team == 1 ? LARGEST_BLOCK : LARGEST_BLOCK_OF_TEAMS);
            size = Math.max(1, Math.min(size, (count + workers - 1) / workers));
            Supplier<BlockFitter> fitters = inTurn(d -> {
                Device device = devices.get(d);
                device.makeCurrent();
                Stream stream = device.stream();
                StatisticsFeed feed;
                ReplicateSource.Drawer again;
                Alone alone;
                if (batch.source() instanceof ReplicateSource.Multiplicities groups) {
                    feed = new CopiesFeed(device, stream, batch, squares, model);
                    again = groups.drawer();
                    alone = Alone.ofCopies(batch);
                } else {
                    ReplicateSource.Responses responses = (ReplicateSource.Responses) batch.source();
                    feed = responses instanceof ParametricStatistics parametric
                            ? new ParametricFeed(device, stream, parametric, model)
                            : new ResponseFeed(device, stream, responses, layout);
                    again = responses.drawer();
                    alone = Alone.ofResponses(batch, ProfiledCriterion.of(batch.statistics(), batch.method()));
                }
                return new GroupedFitter(device, stream, designs.on(d), feed, again, drawnEntries, alone);
            });
            run(batch, first, count, (int) size, workers, fitters, sink);
        }
    }

    /** A model in the memory of each device. */
    private static final class GroupedDesigns implements AutoCloseable {
        private final List<GroupedDesign> designs = new ArrayList<>();

        GroupedDesigns(List<Device> devices, GroupedModel model) {
            for (Device device : devices) {
                device.makeCurrent();
                designs.add(new GroupedDesign(device, model));
            }
        }

        GroupedDesign on(int device) {
            return designs.get(device);
        }

        @Override
        public void close() {
            designs.forEach(GroupedDesign::close);
        }
    }

    private void runCrossed(Batch batch, long first, long count, Sink sink) {
        Crossproducts design = batch.statistics();
        ReplicateSource.Responses source = (ReplicateSource.Responses) batch.source();
        ResponseLayout layout = ResponseLayout.of(design);
        WarmStart start = WarmStart.of(ProfiledCriterion.of(design, batch.method()), batch.start());
        int workers = STREAMS * devices.size();
        long lanes = (count + workers - 1) / workers;
        for (Device device : devices) {
            device.makeCurrent();
            lanes = Math.min(lanes, fitting(device, design, STREAMS));
        }
        if (lanes == 0) { // not for two streams: all of the device for one
            workers = devices.size();
            lanes = 1;
        }
        int wanted = (int) Math.min(lanes, LARGEST_BLOCK_OF_LANES);
        int size = (int) Math.max(wanted, Math.min(LANES_PER_BLOCK * wanted, HOST_DOUBLES / layout.size()));
        size = (int) Math.max(1, Math.min(size, (count + workers - 1) / workers));
        int most = size;
        Supplier<BlockFitter> fitters = inTurn(d -> {
            Device device = devices.get(d);
            device.makeCurrent();
            ProfiledCriterion single = ProfiledCriterion.of(design, batch.method());
            LaneCriterion criterion = CrossedLanes.of(device, design, batch.method(), single.parameters(), wanted);
            Alone alone = Alone.ofResponses(batch, single);
            return new LaneFitter(
                    batch,
                    source.drawer(),
                    criterion,
                    alone,
                    single,
                    start,
                    layout.size(),
                    layout.shift(),
                    Math.max(most, criterion.lanes()));
        });
        run(batch, first, count, size, workers, fitters, sink);
    }

    /** How many lanes of a design fit into the share of a device that each of its streams has. */
    private static long fitting(Device device, Crossproducts design, int streams) {
        long one = CrossedLanes.bytes(device, design, 1);
        long more = CrossedLanes.bytes(device, design, 2) - one;
        long share = (long) (MEMORY_SHARE * device.freeBytes() / streams);
        return share < one ? 0 : 1 + (share - one) / more;
    }

    /** What is made for a device. */
    @FunctionalInterface
    private interface OnDevice {
        BlockFitter fitter(int device);
    }

    /** Makes fitters on each of the devices in turn. */
    private Supplier<BlockFitter> inTurn(OnDevice maker) {
        AtomicInteger next = new AtomicInteger();
        return () -> maker.fitter(next.getAndIncrement() % devices.size());
    }

    private static void run(
            Batch batch, long first, long count, int size, int workers, Supplier<BlockFitter> fitters, Sink sink) {
        Batch shared = new Batch(
                batch.data(),
                batch.statistics(),
                batch.method(),
                batch.start(),
                batch.source(),
                batch.options().withThreads(workers));
        BlockRunner.run(shared, first, count, size, fitters, sink);
    }

    /** After a failure nothing of a device can be relied on: all is given back, and what fails on the way is beside the point. */
    private void closeAfter(DeviceException failure) {
        for (Device device : devices) {
            try {
                device.close();
            } catch (DeviceException e) {
                failure.addSuppressed(e);
            }
        }
        devices.clear();
    }

    @Override
    public synchronized void close() {
        DeviceException failure = null;
        for (Device device : devices) {
            try {
                device.close();
            } catch (DeviceException e) {
                failure = e;
            }
        }
        devices.clear();
        if (failure != null) {
            throw failure;
        }
    }
}
