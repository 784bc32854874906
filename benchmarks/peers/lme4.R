# The peer's side of compare.sh:  Rscript lme4.R FILE FORMULA ML|REML RUNS   prints the median of whole lmer calls.
suppressMessages(library(lme4))
a <- commandArgs(TRUE)
d <- read.csv(a[1])
f <- as.formula(a[2])
for (g in unlist(lapply(findbars(f), function(b) all.vars(b[[3]])))) d[[g]] <- factor(d[[g]])
ms <- replicate(as.integer(a[4]), {
  t <- system.time(m <<- suppressMessages(suppressWarnings(lmer(f, d, REML = a[3] == "REML"))))
  1000 * t[["elapsed"]]
})
cat(sprintf("lme4 %s %10.1f ms  criterion %.8f\n", packageVersion("lme4"), median(ms),
            if (a[3] == "REML") REMLcrit(m) else deviance(m)))
