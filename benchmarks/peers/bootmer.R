# lme4's side of bootmer.sh:  Rscript bootmer.R FILE FORMULA ML|REML REPLICATES SEED   prints the time of a parametric bootstrap
# and, for each parameter, its standard deviation and the ends of its 95 % percentile interval.
# bootMer refits by refit(), which in lme4 1.1-31 takes n - 1 for n - p degrees of freedom under REML: theta comes out up to
# 0.4 % too large where there are two fixed effects, well within the Monte Carlo error here.
suppressMessages(library(lme4))
a <- commandArgs(TRUE)
d <- read.csv(a[1])
f <- as.formula(a[2])
for (g in unlist(lapply(findbars(f), function(b) all.vars(b[[3]])))) d[[g]] <- factor(d[[g]])
m <- lmer(f, d, REML = a[3] == "REML")
parameters <- function(m) {
  v <- subset(as.data.frame(VarCorr(m)), grp != "Residual")
  theta <- getME(m, "theta")
  b <- fixef(m)
  c(sigma = sigma(m), setNames(theta, paste0("theta.", seq_along(theta))), setNames(b, paste0("beta.", names(b))),
    setNames(v$sdcor, ifelse(is.na(v$var2), paste("sd", v$grp, v$var1, sep = "."),
                             paste("cor", v$grp, v$var2, v$var1, sep = "."))))
}
seconds <- system.time(b <- suppressMessages(suppressWarnings(
  bootMer(m, parameters, nsim = as.integer(a[4]), seed = as.integer(a[5]), use.u = FALSE))))[["elapsed"]]
cat(sprintf("lme4 %s: %d refits in %.1f s\n", packageVersion("lme4"), nrow(b$t), seconds))
for (p in colnames(b$t)) {
  t <- b$t[!is.na(b$t[, p]), p]
  cat(p, sd(t), quantile(t, c(0.025, 0.975), type = 6), sep = "\t")
  cat("\n")
}
